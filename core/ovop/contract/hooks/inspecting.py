"""Loads a commodity's module and looks whether its hooks are ones that can be asked. Runs in the worker."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TypeAlias

import pluggy

from ovop.contract import hookspecs
from ovop.contract.hooks.wire import Inspection
from ovop.contract.vocabulary import Text

DETAIL_CHARACTERS = 500
Hook: TypeAlias = Callable[..., object]


def load(module_name: str, *, refused: Callable[[], str]) -> tuple[pluggy.PluginManager | None, Inspection]:
    """The hooks of a module in a manager of their own, and what was found; no manager where they cannot be asked."""
    try:
        module = importlib.import_module(module_name)
    except BaseException as error:  # importing runs foreign code, which may raise anything, SystemExit too
        return None, Inspection(fault=_not_imported(module_name, error))
    if tried := refused():
        return None, Inspection(fault=_forbidden(module_name, tried))
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    if faults := list(_misfits(module, manager)):
        return None, Inspection(fault=_joined(faults))
    try:
        manager.register(module)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        return None, Inspection(fault=Text(f"hook tidak sesuai: {error}", f"a hook does not fit: {error}"))
    implemented = sorted(n for n in hookspecs.BUDGETS_MS if getattr(manager.hook, n).get_hookimpls())
    return manager, Inspection(implemented=tuple(implemented))


def text_of(error: BaseException) -> str:
    """What an exception says, cut short; empty where even that fails."""
    try:
        return str(error)[:DETAIL_CHARACTERS]
    except BaseException:
        return ""


def _misfits(module: ModuleType, manager: pluggy.PluginManager) -> Iterator[Text]:
    known = ", ".join(hookspecs.BUDGETS_MS)
    for name, function in inspect.getmembers(module, inspect.isroutine):
        options = manager.parse_hookimpl_opts(module, name)
        if options is None:
            continue
        if name not in hookspecs.BUDGETS_MS:
            yield Text(
                f"hook `{name}` tidak ada; yang ada: {known}.",
                f"there is no hook `{name}`; there are: {known}.",
            )
        elif options["wrapper"] or options["hookwrapper"] or _is_no_plain_function(function):
            yield Text(
                f"hook `{name}` harus fungsi biasa (bukan async, generator, atau wrapper).",
                f"the hook `{name}` must be a plain function (not async, no generator, no wrapper).",
            )
        else:
            yield from _signature_misfits(name, function)


def _is_no_plain_function(function: Hook) -> bool:
    return (
        inspect.iscoroutinefunction(function)
        or inspect.isasyncgenfunction(function)
        or inspect.isgeneratorfunction(function)
    )


def _signature_misfits(name: str, function: Hook) -> Iterator[Text]:
    """Parameters that the hook does not have, or that are declared as something else than they are.

    Annotations are compared as written, so that a name imported for type checkers alone is understood too; what is returned is judged at
    every answer instead.
    """
    spec = inspect.signature(getattr(hookspecs, name)).parameters
    given = inspect.signature(function).parameters
    if extra := [p for p in given if p not in spec]:
        names, known = ", ".join(extra), ", ".join(spec)
        yield Text(
            f"hook `{name}` meminta argumen `{names}`; yang diberikan: {known}.",
            f"the hook `{name}` asks for `{names}`; what it is given is: {known}.",
        )
    for parameter in given.values():
        if parameter.name not in spec or parameter.annotation is parameter.empty:
            continue
        declared, actual = _written(parameter.annotation), _written(spec[parameter.name].annotation)
        if declared not in (actual, "Any", "object"):
            yield Text(
                f"hook `{name}`: argumen `{parameter.name}` bertipe `{actual}`, bukan `{declared}`.",
                f"the hook `{name}`: the argument `{parameter.name}` is a `{actual}`, not a `{declared}`.",
            )


def _written(annotation: object) -> str:
    """An annotation as its last name: `contract.SubmissionView` and `SubmissionView` are the same."""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    outer, bracket, inner = text.replace("'", "").replace('"', "").partition("[")
    return outer.rpartition(".")[2] + bracket + inner


def _not_imported(module: str, error: BaseException) -> Text:
    what = f"{type(error).__name__}: {text_of(error)}"
    return Text(
        f"modul `{module}` gagal dimuat: {what}.", f"the module `{module}` cannot be imported: {what}."
    )


def _forbidden(module: str, tried: str) -> Text:
    return Text(
        f"modul `{module}` mencoba yang tidak diizinkan saat dimuat: {tried}.",
        f"the module `{module}` tried at import what it may not do: {tried}.",
    )


def _joined(texts: list[Text]) -> Text:
    return Text(" ".join(t.id for t in texts), " ".join(t.en for t in texts))
