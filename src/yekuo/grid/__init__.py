"""电网计算: network tables, power flow, open capacity, certificates and outages; pure, takes bytes and arrays."""
