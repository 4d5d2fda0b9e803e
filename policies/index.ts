import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";
import { inputRecorder } from "./shared/recordedInputs";

new PolicyPack("lstm-pfd-recovery", { policies: [inputRecorder, ...rules] });
