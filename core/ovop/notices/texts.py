"""What notices say, in Bahasa Indonesia and English. `{words}` are the fields of `ovop.notices.letters.Facts`.

Reasons and answers are never repeated in an e-mail: they may tell about persons, and stand on the page behind the link.
"""

from collections.abc import Mapping

from msgspec import Struct

from ovop.contract.vocabulary import Text
from ovop.identities.enums import Role


class Template(Struct, frozen=True):
    """The subject, what happened, and what to do until when."""

    subject: Text
    happened: Text
    todo: Text


NOTHING_TO_DO = Text(
    id="Anda tidak perlu berbuat apa-apa sekarang. Anda menerima surel lagi begitu ada keputusan.",
    en="There is nothing for you to do now. You will get another e-mail once there is a decision.",
)
FOR_INFORMATION = Text(
    id="Surel ini hanya pemberitahuan; tidak ada yang perlu Anda putuskan.",
    en="This is for your information; there is nothing for you to decide.",
)

TEMPLATES: Mapping[str, Template] = {
    "received": Template(
        Text(id="Usulan diterima: {title}", en="Submission received: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} sudah kami terima. Sekarang usulan itu di tahap “{stage}”.",
            en="We have received the submission {title} of {enterprise}. It is now at the stage “{stage}”.",
        ),
        NOTHING_TO_DO,
    ),
    "to_decide": Template(
        Text(id="Perlu keputusan Anda: {title}", en="Your decision is needed: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} sampai di tahap “{stage}”, yang diputuskan instansi Anda.",
            en="The submission {title} of {enterprise} has come to the stage “{stage}”, which your office decides.",
        ),
        Text(
            id="Periksa isian dan berkasnya, lalu putuskan{by_due}.",
            en="Examine its answers and files, then decide{by_due}.",
        ),
    ),
    "correction_received": Template(
        Text(id="Perbaikan diterima: {title}", en="Correction received: {title}"),
        Text(
            id="Perbaikan usulan {title} dari {enterprise} sudah kami terima. Sekarang usulan itu di tahap “{stage}”.",
            en="We have received the correction of the submission {title} of {enterprise}. It is now at the stage “{stage}”.",
        ),
        NOTHING_TO_DO,
    ),
    "correction_to_decide": Template(
        Text(
            id="Perbaikan menunggu keputusan Anda: {title}",
            en="A correction waits for your decision: {title}",
        ),
        Text(
            id="Usulan {title} dari {enterprise} sudah diperbaiki dan kembali di tahap “{stage}”, yang diputuskan instansi Anda.",
            en="The submission {title} of {enterprise} was corrected and is back at the stage “{stage}”, which your office decides.",
        ),
        Text(
            id="Bandingkan dengan isian sebelumnya, lalu putuskan{by_due}.",
            en="Compare it with the answers before, then decide{by_due}.",
        ),
    ),
    "correction_for_office": Template(
        Text(id="Usulan diperbaiki: {title}", en="Submission corrected: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} sudah diperbaiki dan sekarang di tahap “{stage}”.",
            en="The submission {title} of {enterprise} was corrected and is now at the stage “{stage}”.",
        ),
        FOR_INFORMATION,
    ),
    "withdrawn": Template(
        Text(id="Usulan ditarik: {title}", en="Submission withdrawn: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} sudah ditarik oleh pengusul dan tidak diproses lagi.",
            en="The submission {title} of {enterprise} was withdrawn by its proposer and goes no further.",
        ),
        Text(
            id="Jika ini bukan kehendak Anda, segera hubungi dinas kabupaten/kota Anda.",
            en="If this was not your wish, get in touch with your regency office at once.",
        ),
    ),
    "withdrawn_for_office": Template(
        Text(id="Usulan ditarik: {title}", en="Submission withdrawn: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} ditarik oleh pengusul saat di tahap “{left}”.",
            en="The submission {title} of {enterprise} was withdrawn by its proposer at the stage “{left}”.",
        ),
        Text(
            id="Usulan itu tidak perlu diputuskan lagi.",
            en="It needs no decision any more.",
        ),
    ),
    "approved": Template(
        Text(id="Usulan maju ke tahap berikutnya: {title}", en="Submission moves on: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} disetujui di tahap “{left}”. Sekarang statusnya “{stage}”.",
            en="The submission {title} of {enterprise} was approved at the stage “{left}”. It now stands at “{stage}”.",
        ),
        NOTHING_TO_DO,
    ),
    "approved_for_office": Template(
        Text(id="Usulan maju ke tahap berikutnya: {title}", en="Submission moves on: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} disetujui di tahap “{left}”. Sekarang statusnya “{stage}”.",
            en="The submission {title} of {enterprise} was approved at the stage “{left}”. It now stands at “{stage}”.",
        ),
        FOR_INFORMATION,
    ),
    "returned": Template(
        Text(id="Perlu diperbaiki: {title}", en="Correction needed: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} dikembalikan dari tahap “{left}” untuk diperbaiki ({sections} bagian). "
            "Alasan dan bagian yang dimaksud ada di halaman usulan.",
            en="The submission {title} of {enterprise} was returned from the stage “{left}” for correction (sections: {sections}). "
            "The reason and the sections are on the submission's page.",
        ),
        Text(
            id="Perbaiki bagian itu, lalu ajukan kembali{by_due}. Isian Anda yang lama tetap tersimpan.",
            en="Correct those sections, then submit again{by_due}. Your earlier answers are kept.",
        ),
    ),
    "returned_for_office": Template(
        Text(id="Usulan dikembalikan: {title}", en="Submission returned: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} dikembalikan dari tahap “{left}” untuk diperbaiki ({sections} bagian).",
            en="The submission {title} of {enterprise} was returned from the stage “{left}” for correction (sections: {sections}).",
        ),
        Text(
            id="Dampingi pengusul agar perbaikannya diajukan kembali{by_due}.",
            en="Help the proposer to submit the correction{by_due}.",
        ),
    ),
    "declined": Template(
        Text(id="Usulan tidak diterima: {title}", en="Submission declined: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} tidak diterima di tahap “{left}”. Statusnya sekarang “{stage}”. "
            "Alasannya ada di halaman usulan.",
            en="The submission {title} of {enterprise} was declined at the stage “{left}”. It now stands at “{stage}”. "
            "The reason is on the submission's page.",
        ),
        Text(
            id="Untuk penjelasan lebih lanjut, hubungi dinas kabupaten/kota Anda.",
            en="For an explanation, get in touch with your regency office.",
        ),
    ),
    "declined_for_office": Template(
        Text(id="Usulan tidak diterima: {title}", en="Submission declined: {title}"),
        Text(
            id="Usulan {title} dari {enterprise} tidak diterima di tahap “{left}”. Alasannya ada di halaman usulan.",
            en="The submission {title} of {enterprise} was declined at the stage “{left}”. The reason is on the submission's page.",
        ),
        Text(
            id="Sampaikan alasannya kepada pengusul bila ia bertanya.",
            en="Explain the reason to the proposer when asked.",
        ),
    ),
    "copy_delivered": Template(
        Text(id="Tembusan {copy_number}: {title}", en="Carbon copy {copy_number}: {title}"),
        Text(
            id="Instansi Anda menerima tembusan {copy_number} ({copy_for}) dari usulan {title} milik {enterprise}.",
            en="Your office receives the carbon copy {copy_number} ({copy_for}) of the submission {title} of {enterprise}.",
        ),
        Text(
            id="Baca tembusan itu. Anda boleh memberi pendapat; usulan tetap berjalan tanpa menunggunya.",
            en="Please read it. You may give an opinion; the submission goes on without waiting for it.",
        ),
    ),
    "copy_without_office": Template(
        Text(
            id="Tembusan belum tersampaikan: {copy_number}", en="Carbon copy not delivered yet: {copy_number}"
        ),
        Text(
            id="Tembusan {copy_number} dari usulan {title} ditujukan kepada {copy_for}, tetapi instansi itu belum terdaftar.",
            en="The carbon copy {copy_number} of the submission {title} is for {copy_for}, but that office is not registered yet.",
        ),
        Text(
            id="Daftarkan instansi itu supaya tembusannya dapat disampaikan.",
            en="Register the office so that its copy can be delivered.",
        ),
    ),
    "copy_answered": Template(
        Text(id="Pendapat atas tembusan: {title}", en="Opinion on a carbon copy: {title}"),
        Text(
            id="Ada pendapat atas tembusan {copy_number} ({copy_for}) dari usulan {title} milik {enterprise}.",
            en="There is an opinion on the carbon copy {copy_number} ({copy_for}) of the submission {title} of {enterprise}.",
        ),
        Text(
            id="Baca pendapat itu. Keputusan tidak bergantung padanya dan tidak perlu ditunda.",
            en="Please read it. The decision does not depend on it and need not wait.",
        ),
    ),
    "cycle_opened": Template(
        Text(id="{cycle} dibuka", en="{cycle} is open"),
        Text(
            id="{cycle} dibuka. Usulan diterima dari {opens_at} sampai {closes_at}.",
            en="{cycle} is open. Submissions are received from {opens_at} until {closes_at}.",
        ),
        Text(
            id="Ajak dan dampingi IKM di wilayah Anda, dan periksa usulan mereka selagi masih dapat diperbaiki.",
            en="Invite and assist the enterprises in your territory, and examine their submissions while they can still be corrected.",
        ),
    ),
    "cycle_extended": Template(
        Text(id="Penutupan diperpanjang: {cycle}", en="Closing extended: {cycle}"),
        Text(
            id="Waktu pengusulan {cycle} diperpanjang sampai {closes_at}.",
            en="The time for submissions in {cycle} was extended until {closes_at}.",
        ),
        Text(
            id="Beri tahu IKM di wilayah Anda yang usulannya belum selesai.",
            en="Tell the enterprises in your territory whose submissions are not finished.",
        ),
    ),
    "cycle_extended_for_draft": Template(
        Text(id="Penutupan diperpanjang: {cycle}", en="Closing extended: {cycle}"),
        Text(
            id="Waktu pengusulan {cycle} diperpanjang. Anda masih mempunyai draf usulan yang belum diajukan.",
            en="The time for submissions in {cycle} was extended. You have a draft that was not submitted yet.",
        ),
        Text(
            id="Selesaikan dan ajukan draf itu paling lambat {closes_at}.",
            en="Finish and submit it by {closes_at}.",
        ),
    ),
    "delegation_granted": Template(
        Text(id="Anda menerima wewenang sementara", en="You were lent a power"),
        Text(
            id="{lender} melimpahkan wewenangnya sebagai {role} kepada Anda dari {starts_on} sampai {ends_on}.",
            en="{lender} lent you the power of {role} from {starts_on} until {ends_on}.",
        ),
        Text(
            id="Apa yang Anda putuskan dengan wewenang itu tercatat atas nama Anda berdua.",
            en="What you decide with it is recorded under both your names.",
        ),
    ),
}

ROLES: Mapping[Role, Text] = {
    Role.PRODUCER: Text(id="pelaku usaha", en="producer"),
    Role.REGENCY_OFFICER: Text(id="petugas dinas kabupaten/kota", en="regency officer"),
    Role.PROVINCE_OFFICER: Text(id="petugas dinas provinsi", en="province officer"),
    Role.GOVERNOR_OFFICER: Text(id="petugas kantor gubernur", en="governor's officer"),
    Role.VERIFIER: Text(id="verifikator", en="verifier"),
    Role.SELECTOR: Text(id="petugas seleksi administrasi", en="selector"),
    Role.ASSESSOR: Text(id="penilai", en="assessor"),
    Role.MINISTRY_ADMIN: Text(id="admin kementerian", en="ministry administrator"),
    Role.AUDITOR: Text(id="auditor", en="auditor"),
}
"""Roles as people call them."""
