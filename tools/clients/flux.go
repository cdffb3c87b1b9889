package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"sync"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/normalize"
	ssautils "github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

const fluxLimit = time.Minute

// runFlux does with manifests what Flux's kustomize-controller does in one round, with the same library and options:
// owner labels, then apply (or diff, or delete), then wait for health. Prints a change per object as one line of JSON.
func runFlux(arguments []string) error {
	flags := flag.NewFlagSet("flux", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "path of the kubeconfig")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() != 2 {
		return errors.New("usage: clients flux --kubeconfig FILE apply|diff|delete|wait MANIFESTS")
	}
	objects, err := readObjects(flags.Arg(1))
	if err != nil {
		return err
	}
	resources, err := newResourceManager(*kubeconfig)
	if err != nil {
		return err
	}
	resources.SetOwnerLabels(objects, "shop", "flux-system")
	ctx, cancel := context.WithTimeout(context.Background(), fluxLimit)
	defer cancel()
	switch flags.Arg(0) {
	case "apply":
		return printSet(resources.ApplyAllStaged(ctx, objects, ssa.DefaultApplyOptions()))
	case "diff":
		return diffAll(ctx, resources, objects)
	case "delete":
		return deleteAll(ctx, resources, objects)
	case "wait":
		options := ssa.DefaultWaitOptions()
		options.Interval, options.Timeout = 500*time.Millisecond, fluxLimit
		return resources.Wait(objects, options)
	}
	return errors.New("no such action: " + flags.Arg(0))
}

func readObjects(file string) ([]*unstructured.Unstructured, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	objects, err := ssautils.ReadObjects(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	return objects, normalize.UnstructuredList(objects)
}

func newResourceManager(kubeconfig string) (*ssa.ResourceManager, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	transport, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	mapper, err := apiutil.NewDynamicRESTMapper(config, transport)
	if err != nil {
		return nil, err
	}
	live, err := client.New(config, client.Options{HTTPClient: transport, Mapper: mapper})
	if err != nil {
		return nil, err
	}
	poller := polling.NewStatusPoller(live, mapper, polling.Options{})
	return ssa.NewResourceManager(live, poller, ssa.Owner{Field: "kustomize-controller", Group: "kustomize.toolkit.fluxcd.io"}), nil
}

func diffAll(ctx context.Context, resources *ssa.ResourceManager, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		change, _, _, err := resources.Diff(ctx, object, ssa.DefaultDiffOptions())
		if err != nil {
			return err
		}
		printJSON(map[string]any{"subject": change.Subject, "action": change.Action})
	}
	return nil
}

func deleteAll(ctx context.Context, resources *ssa.ResourceManager, objects []*unstructured.Unstructured) error {
	set, err := resources.DeleteAll(ctx, objects, ssa.DefaultDeleteOptions())
	if err := printSet(set, err); err != nil {
		return err
	}
	options := ssa.DefaultWaitOptions()
	options.Interval, options.Timeout = 500*time.Millisecond, fluxLimit
	return resources.WaitForTermination(objects, options)
}

func printSet(set *ssa.ChangeSet, err error) error {
	if err != nil {
		return err
	}
	for _, change := range set.Entries {
		printJSON(map[string]any{"subject": change.Subject, "action": change.Action})
	}
	return nil
}

var printing sync.Mutex

// printJSON writes one line at a time, whoever calls.
func printJSON(value any) {
	printing.Lock()
	defer printing.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(value)
}
