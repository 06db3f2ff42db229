"""The mail door (SMTP and LMTP): who may knock, what is kept, what is answered; nothing is read or understood here.

The only package that imports aiosmtpd. What was kept is on disk before the sender hears 250.
"""

from intake.smtp.door import MailDoor
from intake.smtp.settings import DoorEnvelope, DoorSettings, Keep, keeper

__all__ = ["DoorEnvelope", "DoorSettings", "Keep", "MailDoor", "keeper"]
