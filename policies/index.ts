import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("lstm-pfd-recovery", { policies: rules });
