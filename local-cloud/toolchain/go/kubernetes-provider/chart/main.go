// Chart renders and lints a Helm chart with the Helm that the Kubernetes provider installs releases with.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

const usage = "usage: helm-chart template|lint [-name NAME] [-namespace NAMESPACE] DIRECTORY < VALUES.yaml"

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	name := flags.String("name", "release", "name of the release")
	namespace := flags.String("namespace", "default", "namespace of the release")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New(usage)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	values, err := chartutil.ReadValues(text)
	if err != nil {
		return fmt.Errorf("the values on standard input: %w", err)
	}
	switch args[0] {
	case "template":
		return template(flags.Arg(0), *name, *namespace, values, out)
	case "lint":
		return lint(flags.Arg(0), *namespace, values, out)
	default:
		return errors.New(usage)
	}
}

// Hooks are not printed: the charts of this project have none.
func template(directory, name, namespace string, values chartutil.Values, out io.Writer) error {
	chart, err := loader.Load(directory)
	if err != nil {
		return err
	}
	install := action.NewInstall(new(action.Configuration))
	install.ClientOnly = true
	install.DryRun = true
	install.ReleaseName = name
	install.Namespace = namespace
	release, err := install.Run(chart, values)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, release.Manifest)
	return err
}

func lint(directory, namespace string, values chartutil.Values, out io.Writer) error {
	linter := action.NewLint()
	linter.Strict = true
	linter.Namespace = namespace
	result := linter.Run([]string{filepath.Clean(directory)}, values)
	for _, message := range result.Messages {
		fmt.Fprintln(out, message)
	}
	return errors.Join(result.Errors...)
}
