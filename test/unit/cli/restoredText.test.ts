import assert from "node:assert/strict";
import { type DatabaseResult, describeResult } from "../../../cli/restoredText";

describe("what up says of the database at its end", () => {
  const restored: DatabaseResult = {
    action: "restored",
    generation: 4,
    label: "20260101-000000F",
    newestSegmentAt: "2026-01-01T10:00:00.000Z",
    dataAgeSeconds: 125,
    heartbeatAt: "2026-01-01T09:59:40.000Z",
  };
  const cases: [what: string, result: DatabaseResult | undefined, text: RegExp][] = [
    ["nothing of one that was kept", { action: "kept", generation: 4 }, /^$/],
    [
      "that one has begun empty",
      { action: "initialised", generation: 1 },
      /^database: begun empty, as generation 1\n$/,
    ],
    [
      "from what one was restored, and what is lost",
      restored,
      /^database: restored from 20260101-000000F, now generation 4; its newest segment was archived at 2026-01-01T10:00:00.000Z, 2 min 5 s before .* is lost; newest heartbeat 2026-01-01T09:59:40.000Z\n$/,
    ],
    [
      "what was rebuilt because text is sorted differently",
      {
        ...restored,
        rebuilt: { databases: ["app", "postgres"], because: "icu 153.120, here 153.128 (de)", seconds: 75 },
      },
      /09:59:40.000Z\nindexes: all of database app, postgres were rebuilt in 1 min 15 s, because .* \(icu 153.120, here 153.128 \(de\)\)\n$/,
    ],
    [
      "that nobody knows whether it is",
      { ...restored, collationsUnknown: "the restored database has noted no version of libc (sv_SE)" },
      /\nwarning: whether text is sorted differently in this image is not known: the restored database has noted no .*\n$/,
    ],
    ["that the age is not known", { action: "restored", generation: 4 }, /how old the data is is not known/],
    ["that it does not know", undefined, /what was restored is not known/],
  ];
  for (const [what, result, text] of cases)
    it(`is ${what}`, () => {
      assert.match(describeResult(result), text);
    });
});
