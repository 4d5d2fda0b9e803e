import { serveProvider } from "../framework/serve";
import { aws } from "./definition";

serveProvider(aws);
