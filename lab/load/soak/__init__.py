"""The service under load while everything around it changes: new features, new models, and kills."""
