"""What a service answers stands in its code: every change is a release."""
