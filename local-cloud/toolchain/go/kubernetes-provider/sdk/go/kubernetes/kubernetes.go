// Package kubernetes has as much of the Go SDK as the provider's own packages name.
package kubernetes

import "reflect"

// UntypedArgs are the properties of an object as its manifest has them.
type UntypedArgs map[string]any

// ElementType tells the Pulumi SDK what the properties resolve to.
func (UntypedArgs) ElementType() reflect.Type {
	return reflect.TypeFor[map[string]any]()
}
