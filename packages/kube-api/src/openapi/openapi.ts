import { createHash } from 'node:crypto';
import type { ResourceRegistry } from '../service';
import type { ResourceInfo } from '../types';
import { openapiV2, openapiV3 } from './document';
import { swaggerProtobuf } from './swaggerProtobuf';

export interface Document {
  text: string | Buffer;
  hash: string;
}

/** Answers under `/openapi`; documents are made when first asked for and kept until the kinds change. */
export class OpenApi {
  private documents = new Map<string, Document>();

  constructor(
    private readonly registry: ResourceRegistry,
    private readonly gitVersion: string,
  ) {
    registry.onChange(() => this.documents.clear());
  }

  /** `/openapi/v3`: where the document of each group-version is, with a hash clients cache by. */
  index(): object {
    const paths = [...this.groupVersions().keys()].map(path => [
      path,
      { serverRelativeURL: `/openapi/v3/${path}?hash=${this.document(path)!.hash}` },
    ]);
    return { paths: Object.fromEntries(paths) };
  }

  /** The document of `api/v1` or `apis/<group>/<version>`; undefined when nothing is served there. */
  document(path: string): Document | undefined {
    const infos = this.groupVersions().get(path);
    return infos && this.kept(path, () => openapiV3(infos, this.gitVersion));
  }

  /** `/openapi/v2` as JSON. */
  swagger(): Document {
    return this.kept('swagger', () => JSON.stringify(openapiV2(this.registry.all(), this.gitVersion)));
  }

  /** `/openapi/v2` in protobuf, as Go clients ask for it. */
  swaggerProtobuf(): Document {
    return this.kept('swagger in protobuf', () => swaggerProtobuf(openapiV2(this.registry.all(), this.gitVersion)));
  }

  private kept(id: string, make: () => string | Buffer): Document {
    let document = this.documents.get(id);
    if (!document) {
      const text = make();
      document = { text, hash: createHash('sha512').update(text).digest('hex').toUpperCase() };
      this.documents.set(id, document);
    }
    return document;
  }

  private groupVersions(): Map<string, ResourceInfo[]> {
    const found = new Map<string, ResourceInfo[]>();
    for (const info of this.registry.all()) {
      const path = info.group ? `apis/${info.group}/${info.version}` : `api/${info.version}`;
      const infos = found.get(path);
      if (infos) infos.push(info);
      else found.set(path, [info]);
    }
    return found;
  }
}
