"""What a service answers hangs on values beside the code: a change is heard by processes that run on."""
