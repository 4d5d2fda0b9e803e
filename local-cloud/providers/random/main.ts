import { serveProvider } from "../framework/serve";
import { random } from "./definition";

serveProvider(random);
