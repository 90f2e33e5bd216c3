// The memory storage keeps the contract.
import { memoryStorage } from '../../src/storage/memory.ts'
import { storageContract } from '../contracts/storage.ts'

storageContract('memory', () => memoryStorage())
