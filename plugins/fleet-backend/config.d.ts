import type { HumanDuration } from '@backstage/types';

export interface Config {
  /** Flotilla, the fleet control plane. */
  fleet?: {
    /** The Kubernetes-shaped API. It is always served below `/api/fleet/kube`; kubectl wants TLS, so a listener of its own can be added. */
    kube?: {
      /** Absent: no listener of its own. */
      listen?: {
        /** Address to bind; default 127.0.0.1. */
        host?: string;
        port: number;
        /** Folder of the generated CA and server certificate (`ca.crt`, `tls.crt`, `tls.key`, mode 0600). */
        certificates: string;
        /** Names and addresses the certificate is for, beside `host`, `localhost` and 127.0.0.1. */
        hosts?: string[];
      };
      /** What one caller may ask of the API, and one namespace hold; beyond it the answer is 413, 429 with Retry-After, or 403. */
      limits?: {
        /** Bytes of a request's body; default 3145728 (3 MiB, as kube-apiserver). */
        bodyBytes?: number;
        /** Requests a second of one user or token on average, pages included, with a burst of twice as many; default 200. */
        requestsPerSecond?: number;
        /** Open watches of one user or token; default 200. */
        watchesPerPrincipal?: number;
        /** Objects of one kind in one namespace; default 20000. */
        objectsPerNamespace?: number;
      };
    };
    /** Keys that Secrets are encrypted with at rest; the first encrypts, all decrypt. At least one is required. */
    encryption?: {
      keys: Array<{
        id: string;
        /**
         * 32 bytes in base64.
         * @visibility secret
         */
        secret: string;
      }>;
    };
    /** The audit trail of who did what; older entries are removed in the background. */
    activity?: {
      /** How long an entry is kept; default 90 days. */
      keep?: HumanDuration | string;
      /** How many are kept at most, the newest; default 1000000. */
      keepEntries?: number;
    };
    /** What is watched in the members for no other reason than to be shown at the portal (`kubectl get members -A`). Each kind costs a watch of every cluster. */
    seeThrough?: {
      /** The newest 500 events of each cluster; default true. */
      events?: boolean;
      /** StatefulSets and DaemonSets, and of Deployments and Jobs those that are not ours; default true. */
      workloads?: boolean;
      /**
       * Whoever passes through into a member is impersonated there, with the groups of the portal, so that the member's own RBAC decides
       * beside the portal's permissions. The portal's account needs `impersonate` there; where it has it not, nobody passes. Default false.
       */
      impersonate?: boolean;
    };
    /** Namespaces whose fleets every application may use; default `kurator-system`. */
    fleetNamespaces?: string[];
    /** Words for resources, e.g. `gpu: nvidia.com/gpu`. */
    resourceAliases?: { [word: string]: string };
    clusters?: {
      /** Lets kubeconfigs name loopback addresses (member clusters on the portal's own machine); default false. */
      allowLoopback?: boolean;
      /** How often each cluster is asked whether it is there; default 2 seconds. */
      probeInterval?: HumanDuration | string;
    };
    /**
     * What is known of clusters whose Cluster object does not say it (those a fleet's entry registers): the first that matches and
     * says a thing holds.
     */
    clusterDefaults?: Array<{
      match: { name?: string; provider?: string; region?: string };
      /** Value of the protected label `fleet.kurator.dev/jurisdiction`. */
      jurisdiction?: string;
      /** Per hour, in `currency` (ISO 4217). */
      prices?: { currency: string; perNodeHour?: number; perCpuHour?: number; perGiBHour?: number; perGpuHour?: number; source?: string };
      performance?: { p95LatencyMs?: number; networkMbps?: number; diskIops?: number };
      compliance?: string[];
    }>;
    /** Whether this process runs the engine (one of several does at a time) or only serves; default true. */
    engine?: { enabled?: boolean };
  };
}
