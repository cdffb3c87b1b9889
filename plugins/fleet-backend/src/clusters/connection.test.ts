import { connectionContract } from './connectionContract';
import { eachCluster } from './testing/openCluster';

eachCluster('a connection', connectionContract);
