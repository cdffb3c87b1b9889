package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os/signal"
	"sync"
	"syscall"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// runInformers follows kinds as controllers do until it is told to end: ConfigMaps with the typed client that asks for
// protobuf, every kind named as `resource.group` with the dynamic client after discovery. Every request and its answer,
// every event, every failed watch and every move of an informer's position is one line of JSON.
func runInformers(arguments []string) error {
	flags := flag.NewFlagSet("informers", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "path of the kubeconfig")
	namespace := flags.String("namespace", "default", "namespace to follow")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return told{next} })
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	followed, err := configMaps(config, *namespace)
	if err != nil {
		return err
	}
	all := map[string]cache.SharedIndexInformer{"configmaps": followed}
	if err := addDynamic(all, config, *namespace, flags.Args()); err != nil {
		return err
	}
	var running sync.WaitGroup
	for name, informer := range all {
		if err := tellEvents(name, informer); err != nil {
			return err
		}
		running.Go(func() { informer.RunWithContext(ctx) })
		running.Go(func() { tellPosition(ctx, name, informer) })
	}
	running.Wait()
	return nil
}

func configMaps(config *rest.Config, namespace string) (cache.SharedIndexInformer, error) {
	typed := rest.CopyConfig(config)
	typed.ContentType = "application/vnd.kubernetes.protobuf"
	typed.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	client, err := kubernetes.NewForConfig(typed)
	if err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace))
	return factory.Core().V1().ConfigMaps().Informer(), nil
}

func addDynamic(to map[string]cache.SharedIndexInformer, config *rest.Config, namespace string, names []string) error {
	discoverer, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(discoverer))
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, 0, namespace, nil)
	for _, name := range names {
		resource, err := mapper.ResourceFor(schema.ParseGroupResource(name).WithVersion(""))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		to[name] = factory.ForResource(resource).Informer()
	}
	return nil
}

func tellEvents(kind string, informer cache.SharedIndexInformer) error {
	tell := func(event string, object any) {
		if last, isTombstone := object.(cache.DeletedFinalStateUnknown); isTombstone {
			object = last.Obj
		}
		found, err := meta.Accessor(object)
		if err != nil {
			printJSON(map[string]any{"kind": kind, "event": "failed", "message": err.Error()})
			return
		}
		printJSON(map[string]any{"kind": kind, "event": event, "name": found.GetName(), "resourceVersion": found.GetResourceVersion()})
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { tell("added", object) },
		UpdateFunc: func(_, object any) { tell("updated", object) },
		DeleteFunc: func(object any) { tell("deleted", object) },
	})
	if err != nil {
		return err
	}
	return informer.SetWatchErrorHandler(func(_ *cache.Reflector, err error) {
		expired := apierrors.IsResourceExpired(err) || apierrors.IsGone(err)
		printJSON(map[string]any{"kind": kind, "event": "watch failed", "expired": expired, "message": err.Error()})
	})
}

// tellPosition says when the informer is in step and whenever its position moves: bookmarks are seen in nothing else.
func tellPosition(ctx context.Context, kind string, informer cache.SharedIndexInformer) {
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return
	}
	printJSON(map[string]any{"kind": kind, "event": "synced", "names": informer.GetStore().ListKeys()})
	last := ""
	for ctx.Err() == nil {
		if now := informer.LastSyncResourceVersion(); now != last {
			printJSON(map[string]any{"kind": kind, "event": "position", "resourceVersion": now})
			last = now
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// told says every request and the status of its answer.
type told struct{ next http.RoundTripper }

func (t told) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	line := map[string]any{"event": "request", "method": request.Method, "path": request.URL.Path, "query": request.URL.Query()}
	if err != nil {
		line["message"] = err.Error()
	} else {
		line["status"], line["type"] = response.StatusCode, response.Header.Get("Content-Type")
	}
	printJSON(line)
	return response, err
}
