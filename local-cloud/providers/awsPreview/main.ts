import { serveProvider } from "../framework/serve";
import { CALLER_VARIABLE } from "./answers";
import { awsPreview } from "./definition";

serveProvider(awsPreview({ roleArn: process.env[CALLER_VARIABLE] ?? "" }));
