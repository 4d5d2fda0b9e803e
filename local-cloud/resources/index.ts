export * from "./objectStore";
export * from "./site";
