"""工程测试: the processes, ports and database that everything else stands on, killed on purpose."""
