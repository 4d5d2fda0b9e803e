"""Parses commands of the aws command line, and checks their parameters by the services' own models. Nothing is sent.

Reads a JSON list of argument lists; writes a JSON list of complaints, one for each, empty where there is none.
"""

import contextlib
import io
import json
import sys
from types import SimpleNamespace

from awscli.clidriver import create_clidriver


def complaint(words):
    said = io.StringIO()
    built = []

    def unsent(**request):
        """An empty answer in place of a request: botocore asks for one when the request has been built and checked."""
        built.append(request)
        return SimpleNamespace(status_code=200), {}

    driver = create_clidriver()
    driver.session.register("before-call", unsent)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            code = driver.main(words)
    except SystemExit as exit:
        code = exit.code
    # What a command makes of an empty answer is not asked.
    return "" if code in (0, None) or built else said.getvalue().strip()[-2000:] or f"exit code {code}"


json.dump([complaint(words) for words in json.load(sys.stdin)], sys.stdout)
