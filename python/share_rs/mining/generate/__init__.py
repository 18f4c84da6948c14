"""A generator of small programs that compile, each with probes that pin what it does."""
