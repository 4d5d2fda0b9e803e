import { serveProvider } from "../framework/serve";
import { kubernetes } from "./definition";

serveProvider(kubernetes);
