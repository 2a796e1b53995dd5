import sys

from lab.load.load_command import main

sys.exit(main())
