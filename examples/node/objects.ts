// objects: writes, finds, reads and deletes an object with the storage module, by URI.
// Run: node examples/node/objects.ts s3://my-bucket/uploads/note.txt    (or file:///tmp/note.txt)
// For S3 it reads what the AWS SDK reads: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL … Needs Node 24.
import { text } from 'node:stream/consumers'
import { openUriStorage } from 'kinora/storage'

const [uri = 's3://my-bucket/uploads/note.txt'] = process.argv.slice(2)
const storage = openUriStorage()
console.log(`there before: ${await storage.exists(uri)}`)
await storage.put(uri, 'Hello from an example\n')
console.log(`there now: ${await storage.exists(uri)}`)
process.stdout.write(await text(await storage.get(uri)))
await storage.delete(uri)
console.log(`there after: ${await storage.exists(uri)}`)
await storage.close()
