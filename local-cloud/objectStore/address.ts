/** Where sites reach the object store that they are linked to, on a network that no host address is part of. */
export const objectStoreAddress = "10.240.0.1";

/** Length of that network's prefix; each site takes one address in it. */
export const objectStorePrefixLength = 24;

/** Bridge in the object store's network namespace that the sites' links end in. */
export const objectStoreBridge = "lpfd0";

/** Port at {@link objectStoreAddress} that speaks S3 over TLS. */
export const objectStorePodPort = 8333;

/** Name under which pods reach an object store; its certificate must carry it. */
export function objectStoreHost(name: string): string {
  return `${name}.objects.internal`;
}

/** Network namespace of an embedded site or object store, as `ip netns` lists it. */
export function networkNamespace(name: string): string {
  return `lpfd-${name}`;
}
