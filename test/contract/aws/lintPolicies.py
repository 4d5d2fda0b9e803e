"""Lints policies with parliament. Reads {name: policy as text} and prints a list of {check, subject, text}."""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import parliament  # noqa: E402
from parliament import statement  # noqa: E402

upstream = statement.is_value_in_correct_format_for_type


def is_in_correct_format(type_needed, values):
    """parliament knows whole numbers only, as text, and fails on a number that is one: AWS has "s3:TlsVersion": 1.2."""
    if statement.translate_documentation_types(type_needed) == "Number":
        return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return upstream(type_needed, values)


statement.is_value_in_correct_format_for_type = is_in_correct_format

findings = {}
for name, text in json.load(sys.stdin).items():
    for finding in parliament.analyze_policy_string(text).findings:
        # The same is found again for each action that a pattern stands for.
        findings.setdefault((finding.issue, name), str(finding.detail))
print(json.dumps([{"check": check, "subject": name, "text": text} for (check, name), text in findings.items()]))
