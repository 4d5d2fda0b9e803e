// Package v2 stands where the Go SDK has a Go type for each kind of Kubernetes: two thirds of what the provider compiles.
package v2

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RegisterResource refuses to add an object to a component resource of the provider.
func RegisterResource(
	_ *pulumi.Context, apiVersion, kind, name string, _ pulumi.Input, _ ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	return nil, fmt.Errorf(
		"%s %s (%s) cannot be added: this build of the Kubernetes provider leaves out its component resources "+
			"(helm.v4.Chart, yaml.v2.ConfigFile, yaml.v2.ConfigGroup, kustomize.v2.Directory); "+
			"install the official plugin, which has them, or declare the objects themselves",
		kind, name, apiVersion,
	)
}
