import assert from "node:assert/strict";
import { servingText } from "../../../cli/servingText";

describe("what is said as soon as a site serves", () => {
  const cases: [string, string, string, string][] = [
    ["shop.example.com", "192.0.2.7", "", "point the DNS here: shop.example.com at 192.0.2.7"],
    ["shop.example.com", "lb.aws", "Z1", "the DNS record of shop.example.com is pointed at lb.aws"],
    ["shop.example.com", "", "", "clients may be led to this site now"],
    ["", "", "", "clients may be led to this site now"],
  ];
  for (const [host, address, zone, where] of cases)
    it(`is "${where}"`, () => {
      assert.equal(
        servingText(host, address, zone),
        `serving, verified: ${where}; the first full backup goes on, and nothing waits for it\n`,
      );
    });
});
