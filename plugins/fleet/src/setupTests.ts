import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Pages are large, and machines that run tests are busy.
configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(60_000);
