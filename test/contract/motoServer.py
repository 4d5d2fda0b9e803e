"""The moto server, on a free port of 127.0.0.1; it ends when its standard input does, as when its parent dies.

Arguments are those of moto_server, as in "-c certificate -k key".
"""

import os
import sys
import threading

from moto.server import main


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0", *sys.argv[1:]])
