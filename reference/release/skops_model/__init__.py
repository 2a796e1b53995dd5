"""The model as skops writes it: parts by name, nothing that runs on opening."""
