"""Rules in CEL: typed by the fields of a form, refused at load where they cannot be right, evaluated without a trace."""
