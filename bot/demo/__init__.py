"""`qualitydesk demo`: the real service on loopback, a dozen synthetic mails through its real door, and what became of each."""

from bot.demo.show import run

__all__ = ["run"]
