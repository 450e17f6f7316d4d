"""清单办理: what is done with a whole list at once: taking it out, and giving chosen cases to somebody else."""
