"""电网测试: the network, its power flow and what it can carry, held against programs of others."""
