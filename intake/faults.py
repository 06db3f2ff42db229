"""How a fault is named without a word of what caused it: its class and the line it came from; nothing is handled here."""


def fault_of(error: BaseException) -> str:
    """`ValueError at intake.mail.parse:123`. Never the error's own text: that can hold a sender's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
