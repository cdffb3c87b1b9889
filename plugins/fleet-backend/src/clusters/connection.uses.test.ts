import { eachCluster, simulatedCluster } from './testing/openCluster';
import { usesContract } from './usesContract';

eachCluster('every call of the table of rights', usesContract, ['a simulated cluster', simulatedCluster]);
