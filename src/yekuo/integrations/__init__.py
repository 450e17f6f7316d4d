"""对外: the outside world behind protocols; messages, payment, neighbouring systems, files, identity."""
