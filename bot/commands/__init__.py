"""One room for each group of commands; they parse, call a verb or a query, and print. Heavy imports wait until a command runs."""
