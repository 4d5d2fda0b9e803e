import { serveProvider } from "../framework/serve";
import { embedded } from "./definition";

serveProvider(embedded);
