import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";
import { inputRecorder } from "./shared/recordedInputs";
import { withRemediation } from "./shared/withRemediation";

new PolicyPack("lstm-pfd-recovery", { policies: [inputRecorder, ...rules.map(withRemediation)] });
