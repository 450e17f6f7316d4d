"""电网: networks and what is promised on them: import, schemes, open capacity, the ledger of capacity, generation in turn."""
