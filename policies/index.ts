import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";
import { inputRecorder } from "./shared/recordedInputs";
import { oneViolation } from "./shared/oneViolation";

new PolicyPack("lstm-pfd-recovery", { policies: [inputRecorder, ...rules.map(oneViolation)] });
