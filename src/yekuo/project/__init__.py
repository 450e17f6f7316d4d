"""工程: settings, addresses, the embedded database and the processes that make one running product."""
