"""Reading mail: bytes -> Mail -> Submission, total and linear; nothing here stores, sends or decides about cases."""

from intake.mail.files import read_file
from intake.mail.hand_over import NO_WORDS, fields_of, submission_of
from intake.mail.model import Mail
from intake.mail.parse import message_id_of, read_mail
from intake.mail.smime import ENCRYPTED

__all__ = ["ENCRYPTED", "NO_WORDS", "Mail", "fields_of", "message_id_of", "read_file", "read_mail", "submission_of"]
