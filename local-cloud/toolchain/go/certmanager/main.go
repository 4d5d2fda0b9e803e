// The parts of cert-manager that a cluster runs, in one program: a third of the size of four programs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	cainjector "github.com/cert-manager/cert-manager/cmd/cainjector/app"
	controller "github.com/cert-manager/cert-manager/cmd/controller/app"
	"github.com/cert-manager/cert-manager/cmd/ctl/pkg/check"
	"github.com/cert-manager/cert-manager/cmd/util"
	webhook "github.com/cert-manager/cert-manager/cmd/webhook/app"
	"github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	stop, exit := util.SetupExitHandler(util.GracefulShutdown)
	defer exit() // Ends the process.
	logs.InitLogs(flag.CommandLine)
	defer logs.FlushLogs()
	ctrl.SetLogger(logs.Log)
	ctx := util.ContextWithStopCh(context.Background(), stop)

	command := part(ctx, stop)
	if command == nil {
		err := errors.New("the first argument must be controller, webhook, cainjector or ctl")
		fmt.Fprintln(os.Stderr, err)
		util.SetExitCode(err)
		return
	}
	command.Flags().AddGoFlagSet(flag.CommandLine)
	if err := flag.CommandLine.Parse(nil); err != nil {
		util.SetExitCode(err)
		return
	}
	command.SetArgs(os.Args[2:])
	if err := command.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		util.SetExitCode(err)
	}
}

func part(ctx context.Context, stop <-chan struct{}) *cobra.Command {
	if len(os.Args) < 2 {
		return nil
	}
	switch os.Args[1] {
	case "controller":
		return controller.NewCommandStartCertManagerController(stop)
	case "webhook":
		return webhook.NewServerCommand(stop)
	case "cainjector":
		return cainjector.NewCommandStartInjectorController(ctx, os.Stdout, os.Stderr)
	case "ctl":
		ctl := &cobra.Command{Use: "ctl"}
		ctl.AddCommand(check.NewCmdCheck(ctx, genericclioptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}))
		return ctl
	default:
		return nil
	}
}
