"""Images as files, and a real registry on the loopback: write, push, pull, check, unpack."""
