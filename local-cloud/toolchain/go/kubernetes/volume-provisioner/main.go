// Volume-provisioner makes a PersistentVolume for each claim on the embedded node: a directory that the node itself
// mounts, and that is removed with its claim.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/go-logr/logr"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func main() {
	name := flag.String("name", "", "provisioner that storage classes name")
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	directory := flag.String("directory", "", "where the volumes are")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *name, *kubeconfig, *directory); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name, kubeconfig, directory string) error {
	if name == "" || !filepath.IsAbs(directory) {
		return fmt.Errorf("usage: volume-provisioner -name NAME -kubeconfig FILE -directory ABSOLUTE_PATH")
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	logger := logr.FromSlogHandler(slog.NewTextHandler(os.Stderr, nil))
	klog.SetLogger(logger)
	ctx = klog.NewContext(ctx, logger)
	directories := &directoryProvisioner{root: filepath.Clean(directory)}
	// One node, one provisioner: nobody to elect a leader from.
	controller.NewProvisionController(ctx, client, name, directories, controller.LeaderElection(false)).Run(ctx)
	return nil
}

type directoryProvisioner struct{ root string }

func (p *directoryProvisioner) Provision(
	_ context.Context,
	options controller.ProvisionOptions,
) (*core.PersistentVolume, controller.ProvisioningState, error) {
	if options.SelectedNodeName == "" {
		return nil, controller.ProvisioningFinished, fmt.Errorf("the storage class must wait for the first consumer")
	}
	if options.PVC.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("a claim with a selector cannot be provisioned")
	}
	path := filepath.Join(p.root, options.PVName)
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	// Containers of any user write here; the mode above has lost what the umask takes.
	if err := os.Chmod(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return p.volume(path, options), controller.ProvisioningFinished, nil
}

// A local volume rather than a host path: the kubelet gives only the former to a pod's group.
func (p *directoryProvisioner) volume(path string, options controller.ProvisionOptions) *core.PersistentVolume {
	mode := core.PersistentVolumeFilesystem
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: options.PVName},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   options.PVC.Spec.AccessModes,
			VolumeMode:                    &mode,
			Capacity: core.ResourceList{
				core.ResourceStorage: options.PVC.Spec.Resources.Requests[core.ResourceStorage],
			},
			PersistentVolumeSource: core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			NodeAffinity: &core.VolumeNodeAffinity{
				Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
					MatchExpressions: []core.NodeSelectorRequirement{{
						Key:      core.LabelHostname,
						Operator: core.NodeSelectorOpIn,
						Values:   []string{options.SelectedNodeName},
					}},
				}}},
			},
		},
	}
}

func (p *directoryProvisioner) Delete(_ context.Context, volume *core.PersistentVolume) error {
	local := volume.Spec.Local
	if local == nil || filepath.Dir(filepath.Clean(local.Path)) != p.root {
		return fmt.Errorf("volume %s is not beneath %s", volume.Name, p.root)
	}
	return os.RemoveAll(local.Path)
}
