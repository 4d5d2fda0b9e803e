"""Validates objects with kubernetes-validate, strictly: a field that a version of Kubernetes does not know is an error.

Reads {"versions": […], "objects": {name: object}} and prints a list of {check, subject, text}; the check is the version.
Without a list of versions it prints those that it has schemas for.
"""

import functools
import json
import sys

from kubernetes_validate import utils

# Each validation would read all definitions of the version again.
utils.schema_contents = functools.lru_cache(maxsize=None)(utils.schema_contents)


def objection(item, version):
    try:
        utils.validate(item, version, strict=True)
        return None
    except utils.ValidationError as error:
        return f"{'.'.join(map(str, error.path))}: {error.message[:500]}"
    except utils.SchemaNotFoundError as error:
        return error.message


task = json.load(sys.stdin)
if "versions" not in task:
    print(json.dumps(sorted({utils.major_minor(version) for version in utils.all_versions()})))
    sys.exit()
findings = []
for version in task["versions"]:
    for name, item in task["objects"].items():
        text = objection(item, version)
        if text is not None:
            findings.append({"check": version, "subject": name, "text": text})
print(json.dumps(findings))
