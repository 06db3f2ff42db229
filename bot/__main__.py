"""`python -m bot` is `qualitydesk`; nothing else lives here."""

from bot.cli import main

if __name__ == "__main__":
    main()
