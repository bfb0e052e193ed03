"""Deployments: makes a bucket, if there is none: `python -m deployments.make_bucket NAME`."""

import sys
from typing import Any

import boto3
from botocore.exceptions import ClientError

IS_THERE = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")


def make_bucket(name: str) -> bool:
    """Return whether it was made now. Address and keys are those of boto3's variables (AWS_ENDPOINT_URL ...)."""
    client: Any = boto3.client("s3")
    if name in {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}:
        return False
    try:
        client.create_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in IS_THERE:
            raise
        return False
    return True


if __name__ == "__main__":
    make_bucket(sys.argv[1])
