import sys

from load.command import main

sys.exit(main())
